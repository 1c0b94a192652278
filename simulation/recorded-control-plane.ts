import { RESERVED_TAG_PREFIX } from '../lib/private/contract';
import { ControlPlane, type ControlPlaneOptions, type SeededModel } from '../local/fake-bedrock/control-plane';
import type { InputOf, OperationName, OutputOf } from '../local/fake-bedrock/operations';

/** Bedrock, with every change recorded in the trace, and ARNs shown as names. */
export class RecordedControlPlane extends ControlPlane {
  private readonly names = new Map<string, string>();

  constructor(
    options: ControlPlaneOptions,
    /** AWS does not say that a page holds as much as is asked for. */
    private readonly pageSize: number,
    private readonly record: (words: string) => void,
  ) {
    super(options);
  }

  override perform<N extends OperationName>(operation: N, input: InputOf<N>): OutputOf<N> {
    if (/^(Get|List)/.test(operation)) {
      const isList = operation.startsWith('ListCustom');
      return super.perform(operation, isList ? { ...input, maxResults: this.pageSize } : input);
    }
    const words = `${operation} ${inputInWords(input)}`;
    try {
      const output = super.perform(operation, input);
      this.learnName(input, output ?? {});
      this.record(words);
      return output;
    } catch (error) {
      this.record(`${words} is refused: ${String(error)}`);
      throw error;
    }
  }

  override addModel(model: SeededModel): string {
    const arn = super.addModel(model);
    this.names.set(arn, model.name);
    return arn;
  }

  /** The text with names instead of ARNs; the second resource of a name is `name#2`. */
  inWords(text: string): string {
    return text.replace(/arn:aws:bedrock:[\w:/.-]+/g, (arn) => this.names.get(arn) ?? arn);
  }

  private learnName(input: Readonly<Record<string, unknown>>, output: Readonly<Record<string, unknown>>): void {
    const name = input['modelDeploymentName'] ?? input['modelName'];
    const arn = output['customModelDeploymentArn'] ?? output['modelArn'];
    if (typeof name === 'string' && typeof arn === 'string' && !this.names.has(arn)) {
      const namesakes = [...this.names.values()].filter((known) => known.replace(/#\d+$/, '') === name).length;
      this.names.set(arn, namesakes === 0 ? name : `${name}#${namesakes + 1}`);
    }
  }
}

/** Without what every request has: the token and the ownership tags. */
function inputInWords(input: object): string {
  const shown = Object.entries(input).filter(([key]) => key !== 'clientRequestToken');
  return shown
    .map(([key, value]) => `${key} ${Array.isArray(value) ? listInWords(value) : JSON.stringify(value)}`)
    .join(', ');
}

function listInWords(list: readonly unknown[]): string {
  const words = list.map((each) => (isTag(each) ? `${each.key}=${each.value}` : String(each)));
  return words.filter((each) => !each.startsWith(RESERVED_TAG_PREFIX)).join(' ') || 'none';
}

function isTag(value: unknown): value is { readonly key: string; readonly value: string } {
  return typeof value === 'object' && value !== null && 'key' in value;
}
