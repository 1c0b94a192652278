import io.github.cdkbedrockcustommodels.CustomModel;
import io.github.cdkbedrockcustommodels.CustomModelAttributes;
import io.github.cdkbedrockcustommodels.CustomModelDeployment;
import io.github.cdkbedrockcustommodels.CustomModelProvider;
import io.github.cdkbedrockcustommodels.CustomModelSource;
import io.github.cdkbedrockcustommodels.ICustomModel;
import io.github.cdkbedrockcustommodels.ModelUpdate;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.CreateAlarmOptions;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.logs.RetentionDays;

/** The same app as app.js. */
public class Main {
    public static void main(String[] args) {
        App app = new App(AppProps.builder().analyticsReporting(false).build());
        Stack stack = new Stack(app, "Support");
        String modelArn = (String) app.getNode().tryGetContext("modelArn");

        CustomModelProvider provider = CustomModelProvider.Builder.create(stack, "Provider")
            .logRetention(RetentionDays.ONE_YEAR)
            .maxInProgress(2)
            .build();
        provider.createFailedOperationsAlarm(stack, "Failed");

        ICustomModel existing = CustomModel.fromModelAttributes(stack, "Existing", CustomModelAttributes.builder()
            .modelArn(modelArn)
            .encryptionKey(new Key(stack, "Key"))
            .build());
        CustomModelDeployment inPlace = CustomModelDeployment.Builder.create(stack, "InPlace")
            .model(existing)
            .description("Fraud model")
            .tags(Map.of("team", "fraud"))
            .timeout(Duration.minutes(30))
            .build();
        Role caller = Role.Builder.create(stack, "Caller")
            .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
            .build();
        inPlace.getGrants().invoke(caller);
        inPlace.metricThrottles().createAlarm(stack, "Throttled", CreateAlarmOptions.builder()
            .threshold(1)
            .evaluationPeriods(1)
            .build());

        CustomModelSource source = CustomModelSource.modelPackage(
            "arn:aws:sagemaker:us-east-1:111122223333:model-package/fraud/7");
        CustomModel made = CustomModel.Builder.create(stack, "Made")
            .source(source)
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
        CustomModelDeployment replaced = CustomModelDeployment.Builder.create(stack, "Replaced")
            .model(made)
            .modelUpdate(ModelUpdate.REPLACE)
            .build();
        CfnOutput.Builder.create(stack, "Arn").value(replaced.getDeploymentArn()).build();

        app.synth();
    }
}
