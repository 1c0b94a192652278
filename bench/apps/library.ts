import { CustomModel, CustomModelDeployment } from '../../lib';
import { synthesizeApp } from './synthesized-app';

const MODEL_ARN = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/imported/abcdefghijkl';

synthesizeApp((stack, count) => {
  const model = CustomModel.fromModelArn(stack, 'Model', MODEL_ARN);
  return Array.from({ length: count }, (_, index) => new CustomModelDeployment(stack, `Deployment${index}`, { model }));
});
