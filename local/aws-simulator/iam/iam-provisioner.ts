import { NotProvisioned, type Provisioned, type Provisioner } from '../provisioner';
import { type Iam, roleNameIn } from './iam';

type RoleProperties = Readonly<Record<string, unknown>>;

/** https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy */
const LOG_DELIVERY = [
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
];

/** Tells IAM what a template says of policies, and who acts with which role; somebody else provisions the rest. */
export class IamProvisioner implements Provisioner {
  constructor(
    private readonly rest: Provisioner,
    private readonly iam: Iam,
    /** Told of every change of a policy or a role. */
    private readonly onChange: () => void = () => undefined,
  ) {}

  put(logicalId: string, type: string, properties: RoleProperties, stackId: string): Provisioned {
    this.checkLogDelivery(properties);
    const provisioned =
      type === 'AWS::IAM::ManagedPolicy'
        ? this.managedPolicy(logicalId, stackId)
        : this.rest.put(logicalId, type, properties, stackId);
    if (type.startsWith('AWS::IAM::')) {
      this.iam.policies.put(type, provisioned, properties);
      this.onChange();
    }
    const role = roleIn(properties);
    if (role !== undefined) {
      this.iam.assume(provisioned.attributes['Arn'] ?? '', role);
    }
    return provisioned;
  }

  remove(type: string, physicalId: string): void {
    this.iam.policies.remove(type, physicalId);
    this.rest.remove(type, physicalId);
  }

  /** Step Functions makes no state machine whose role may not have its log delivered. */
  private checkLogDelivery(properties: RoleProperties): void {
    const role = properties['LoggingConfiguration'] === undefined ? undefined : roleIn(properties);
    if (role !== undefined && !this.iam.declares(role, LOG_DELIVERY)) {
      throw new NotProvisioned('The state machine IAM Role is not authorized to access the Log Destination');
    }
  }

  private managedPolicy(logicalId: string, stackId: string): Provisioned {
    const arn = `arn:aws:iam::${this.iam.inventory.accountId}:policy/${stackId.split('/')[1] ?? ''}-${logicalId}`;
    return { physicalId: arn, attributes: { PolicyArn: arn } };
  }
}

/** The name of the role of a function (`Role`) or of a state machine (`RoleArn`). */
function roleIn({ Role, RoleArn }: RoleProperties): string | undefined {
  const arn = Role ?? RoleArn;
  return typeof arn === 'string' ? roleNameIn(arn) : undefined;
}
