from aws_cdk import App, CfnOutput, Environment, Stack
from cdk_bedrock_custom_models import CustomModel, CustomModelDeployment

MODEL_ARN = "arn:aws:bedrock:us-east-1:111122223333:custom-model/amazon.nova-lite-v1:0:300k/abcdefghijkl"

app = App()
stack = Stack(app, "Fraud", env=Environment(region="us-east-1"))
model = CustomModel.from_model_arn(stack, "Model", MODEL_ARN)
deployment = CustomModelDeployment(stack, "Deployment", model=model)
CfnOutput(stack, "ModelId", value=deployment.deployment_arn)
app.synth()
