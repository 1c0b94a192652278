export * from './custom-model';
export * from './custom-model-deployment';
export * from './custom-model-deployment-base';
export * from './custom-model-deployment-grants';
export * from './custom-model-provider';
export * from './custom-model-source';
export * from './i-custom-model';
export * from './model-update';
