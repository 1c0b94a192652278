"""What MiniStack's Step Functions lacks to check gates: three service integrations.

DescribeStacks is asked of MiniStack itself, Converse and InvokeModel of the local Bedrock. Errors have the names and the words that Step
Functions is documented to give those of services.
"""

import json
import os
import urllib.error
import urllib.request
from urllib.parse import quote

from ministack.services import stepfunctions

TIMEOUT_SECONDS = 60


def install():
    stepfunctions._AWS_SDK_SERVICE_MAP["cloudformation"] = {"protocol": "query"}
    stepfunctions._SERVICE_DISPATCH["arn:aws:states:::aws-sdk:bedrockruntime:converse"] = converse
    stepfunctions._SERVICE_DISPATCH["arn:aws:states:::bedrock:invokeModel"] = invoke_model


def converse(_resource, request):
    members = {name: value for name, value in request.items() if name != "ModelId"}
    body = stepfunctions._convert_keys_to_camel(members)
    return stepfunctions._convert_keys_to_sfn_convention(ask(request["ModelId"], "converse", body, "BedrockRuntime"))


def invoke_model(_resource, request):
    return {"Body": ask(request["ModelId"], "invoke", request["Body"], "Bedrock"), "ContentType": "application/json"}


def ask(model_id, operation, body, prefix):
    url = f"{os.environ['AWS_ENDPOINT_URL_BEDROCK_RUNTIME']}/model/{quote(model_id, safe='')}/{operation}"
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as reply:
            return json.load(reply)
    except urllib.error.HTTPError as error:
        name = error.headers["x-amzn-errortype"].split(":")[0]
        message = json.load(error).get("message", "")
        details = f"Service: BedrockRuntime, Status Code: {error.code}, Request ID: {error.headers['x-amzn-requestid']}"
        raise stepfunctions._ExecutionError(f"{prefix}.{name}", f"{message} ({details})") from None
