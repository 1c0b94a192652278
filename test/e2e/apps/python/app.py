"""The same app as app.js."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam, aws_kms as kms, aws_logs as logs
from cdk_bedrock_custom_models import (
    CustomModel,
    CustomModelDeployment,
    CustomModelProvider,
    CustomModelSource,
    ModelUpdate,
)

app = cdk.App(analytics_reporting=False)
stack = cdk.Stack(app, "Support")
model_arn = app.node.try_get_context("modelArn")

provider = CustomModelProvider(stack, "Provider", log_retention=logs.RetentionDays.ONE_YEAR, max_in_progress=2)
provider.create_failed_operations_alarm(stack, "Failed")

existing = CustomModel.from_model_attributes(
    stack, "Existing", model_arn=model_arn, encryption_key=kms.Key(stack, "Key")
)
in_place = CustomModelDeployment(
    stack,
    "InPlace",
    model=existing,
    description="Fraud model",
    tags={"team": "fraud"},
    timeout=cdk.Duration.minutes(30),
)
caller = iam.Role(stack, "Caller", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
in_place.grants.invoke(caller)
in_place.metric_throttles().create_alarm(stack, "Throttled", threshold=1, evaluation_periods=1)

package = CustomModelSource.model_package("arn:aws:sagemaker:us-east-1:111122223333:model-package/fraud/7")
made = CustomModel(stack, "Made", source=package, removal_policy=cdk.RemovalPolicy.DESTROY)
replaced = CustomModelDeployment(stack, "Replaced", model=made, model_update=ModelUpdate.REPLACE)
cdk.CfnOutput(stack, "Arn", value=replaced.deployment_arn)

app.synth()
