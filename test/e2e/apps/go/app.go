// The same app as app.js.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"
	models "github.com/cdk-bedrock-custom-models/cdk-bedrock-custom-models-go/cdkbedrockcustommodels"
)

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(&awscdk.AppProps{AnalyticsReporting: jsii.Bool(false)})
	stack := awscdk.NewStack(app, jsii.String("Support"), nil)
	modelArn := app.Node().TryGetContext(jsii.String("modelArn")).(string)

	provider := models.NewCustomModelProvider(stack, jsii.String("Provider"), &models.CustomModelProviderProps{
		LogRetention:  awslogs.RetentionDays_ONE_YEAR,
		MaxInProgress: jsii.Number(2),
	})
	provider.CreateFailedOperationsAlarm(stack, jsii.String("Failed"))

	existing := models.CustomModel_FromModelAttributes(stack, jsii.String("Existing"), &models.CustomModelAttributes{
		ModelArn:      jsii.String(modelArn),
		EncryptionKey: awskms.NewKey(stack, jsii.String("Key"), nil),
	})
	inPlace := models.NewCustomModelDeployment(stack, jsii.String("InPlace"), &models.CustomModelDeploymentProps{
		Model:       existing,
		Description: jsii.String("Fraud model"),
		Tags:        &map[string]*string{"team": jsii.String("fraud")},
		Timeout:     awscdk.Duration_Minutes(jsii.Number(30)),
	})
	caller := awsiam.NewRole(stack, jsii.String("Caller"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
	})
	inPlace.Grants().Invoke(caller)
	inPlace.MetricThrottles(nil).CreateAlarm(stack, jsii.String("Throttled"), &awscloudwatch.CreateAlarmOptions{
		Threshold:         jsii.Number(1),
		EvaluationPeriods: jsii.Number(1),
	})

	source := models.CustomModelSource_ModelPackage(
		jsii.String("arn:aws:sagemaker:us-east-1:111122223333:model-package/fraud/7"))
	made := models.NewCustomModel(stack, jsii.String("Made"), &models.CustomModelProps{
		Source:        source,
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	replaced := models.NewCustomModelDeployment(stack, jsii.String("Replaced"), &models.CustomModelDeploymentProps{
		Model:       made,
		ModelUpdate: models.ModelUpdate_REPLACE,
	})
	awscdk.NewCfnOutput(stack, jsii.String("Arn"), &awscdk.CfnOutputProps{Value: replaced.DeploymentArn()})

	app.Synth(nil)
}
