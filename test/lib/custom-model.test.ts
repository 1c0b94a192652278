import { Arn, Aws } from 'aws-cdk-lib';
import { CustomModel } from '../../lib';
import { MODEL_ARN, OTHER_MODEL_ARN, newStack, stringToken } from './support/stacks';

describe('CustomModel.fromModelArn', () => {
  test.each([MODEL_ARN, OTHER_MODEL_ARN, MODEL_ARN.replace('arn:aws:', 'arn:aws-us-gov:')])('takes %s as it is', (arn) => {
    expect(CustomModel.fromModelArn(newStack(), 'Model', arn).modelArn).toBe(arn);
  });

  test('defines no resource, and is in the Region and account of the ARN', () => {
    const stack = newStack({ env: { region: 'us-west-2', account: '444455556666' } });
    const model = CustomModel.fromModelArn(stack, 'Model', MODEL_ARN);

    expect(model.env).toEqual({ region: 'us-east-1', account: '111122223333' });
    expect(model.node.children).toEqual([]);
  });

  test('H22: passes on an ARN that is only known at deploy time, as a whole or in part', () => {
    const stack = newStack();
    const whole = stringToken(stack);
    const part = Arn.format({ partition: 'aws', service: 'bedrock', region: Aws.REGION, account: '1', resource: 'anything' });

    expect(CustomModel.fromModelArn(stack, 'Whole', whole).modelArn).toBe(whole);
    expect(CustomModel.fromModelArn(stack, 'Part', part).modelArn).toBe(part);
  });

  test.each([
    ['foundation-model/amazon.nova-lite-v1:0', 'a foundation model, which is invoked by its own ARN and needs no deployment'],
    ['inference-profile/us.amazon.nova-lite-v1:0', 'an inference profile, which is invoked by its own ARN and needs no deployment'],
    ['model-customization-job/amazon.nova-lite-v1:0:300k/abcdefghijkl', 'the job that made the model: take its outputModelArn'],
    ['model-import-job/abcdefghijkl', 'the job of a Custom Model Import'],
    ['imported-model/abcdefghijkl', 'a model of Custom Model Import'],
    ['provisioned-model/abcdefghijkl', 'Provisioned Throughput: take the ARN of the custom model that it serves'],
    ['custom-model-deployment/abcdefghijkl', 'already a deployment: take the ARN of the custom model that it serves'],
  ])('H22: refuses the ARN of a %s, and says what to do instead', (resource, hint) => {
    const arn = `arn:aws:bedrock:us-east-1:111122223333:${resource}`;
    const message = '[Stack] modelArn must be the ARN of a custom model (arn:aws:bedrock:<region>:<account>:custom-model/<base model or "imported">/<id>), ' +
      `got "${arn}"; this is ${hint}`;

    expect(() => CustomModel.fromModelArn(newStack(), 'Model', arn)).toThrow(message);
  });

  test.each(['', 'my-model', 'arn:aws:s3:::bucket', `${MODEL_ARN}x`, MODEL_ARN.toUpperCase()])('H22: refuses %p', (arn) => {
    expect(() => CustomModel.fromModelArn(newStack(), 'Model', arn)).toThrow(new RegExp(`modelArn must be the ARN of a custom model .* got "${arn}"$`));
  });
});
