import { customResources, functionOf } from './custom-resources';
import { synthesizeApp } from './synthesized-app';

synthesizeApp((stack, count) => customResources(stack, functionOf(stack, 'Handler').functionArn, count));
