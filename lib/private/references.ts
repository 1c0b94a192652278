import type { IPostProcessor, IResolvable, IResolveContext } from 'aws-cdk-lib';
import { CfnResource, DefaultTokenResolver, Reference, StringConcat, Tokenization } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The resources that a value refers to, also those of other stacks. */
export function referencedBy(scope: IConstruct, value: unknown): CfnResource[] {
  const resolver = new ReferenceCollector();
  Tokenization.resolve(value, { scope, resolver, preparing: true });
  return [...resolver.resources];
}

/**
 * Everything that must exist before these resources, in their own stacks and beyond, with the resources themselves. At
 * synthesis, when the CDK has turned the dependencies of constructs into those of resources.
 */
export function withDependencies(resources: readonly CfnResource[]): Set<CfnResource> {
  const found = new Set(resources);
  for (const resource of found) {
    for (const one of dependenciesOf(resource)) {
      found.add(one); // the loop goes on with it
    }
  }
  return found;
}

/** What must exist before a resource. */
export function dependenciesOf(resource: CfnResource): CfnResource[] {
  return [
    ...referencedBy(resource, (resource as unknown as Rendered)._toCloudFormation()),
    ...resource.obtainDependencies().filter((dependency) => CfnResource.isCfnResource(dependency)),
  ];
}

/** How the CDK itself looks for references. */
interface Rendered {
  _toCloudFormation(): object;
}

class ReferenceCollector extends DefaultTokenResolver {
  readonly resources = new Set<CfnResource>();

  constructor() {
    super(new StringConcat());
  }

  override resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    if (Reference.isReference(token) && CfnResource.isCfnResource(token.target)) {
      this.resources.add(token.target);
    }
    return super.resolveToken(token, context, postProcessor);
  }
}
