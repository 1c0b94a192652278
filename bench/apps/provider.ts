import { Provider } from 'aws-cdk-lib/custom-resources';
import { customResources, functionOf } from './custom-resources';
import { synthesizeApp } from './synthesized-app';

synthesizeApp((stack, count) => {
  const { serviceToken } = new Provider(stack, 'Provider', {
    onEventHandler: functionOf(stack, 'OnEvent'),
    isCompleteHandler: functionOf(stack, 'IsComplete'),
  });
  return customResources(stack, serviceToken, count);
});
