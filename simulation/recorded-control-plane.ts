import { RESERVED_TAG_PREFIX } from '../lib/private/contract';
import { ControlPlane, type ControlPlaneOptions, type SeededModel } from '../local/fake-bedrock/control-plane';
import type { InputOf, OperationName, OutputOf } from '../local/fake-bedrock/operations';

/** AWS says nowhere how long a page is that was not asked for by its length. */
const PAGE_SIZE = 1;

/** Bedrock, of which every change is told, and every ARN by its name. */
export class ToldControlPlane extends ControlPlane {
  private readonly names = new Map<string, string>();

  constructor(
    options: ControlPlaneOptions,
    private readonly tell: (words: string) => void,
  ) {
    super(options);
  }

  override perform<N extends OperationName>(operation: N, input: InputOf<N>): OutputOf<N> {
    if (/^(Get|List)/.test(operation)) {
      return super.perform(operation, operation.startsWith('ListCustom') ? { maxResults: PAGE_SIZE, ...input } : input);
    }
    const words = `${operation} ${inputInWords(input)}`;
    try {
      const output = super.perform(operation, input);
      this.learn(input, output ?? {});
      this.tell(words);
      return output;
    } catch (error) {
      this.tell(`${words} is refused: ${String(error)}`);
      throw error;
    }
  }

  override addModel(model: SeededModel): string {
    const arn = super.addModel(model);
    this.names.set(arn, model.name);
    return arn;
  }

  /** A text with names for ARNs; of two that had the same name the second is #2. */
  inWords(text: string): string {
    return text.replace(/arn:aws:bedrock:[\w:/.-]+/g, (arn) => this.names.get(arn) ?? arn);
  }

  private learn(input: Readonly<Record<string, unknown>>, output: Readonly<Record<string, unknown>>): void {
    const name = input['modelDeploymentName'] ?? input['modelName'];
    const arn = output['customModelDeploymentArn'] ?? output['modelArn'];
    if (typeof name === 'string' && typeof arn === 'string' && !this.names.has(arn)) {
      const namesakes = [...this.names.values()].filter((known) => known.replace(/#\d+$/, '') === name).length;
      this.names.set(arn, namesakes === 0 ? name : `${name}#${namesakes + 1}`);
    }
  }
}

/** Without what is the same in each: the token, and the proof of ownership. */
function inputInWords(input: object): string {
  const told = Object.entries(input).filter(([key]) => key !== 'clientRequestToken');
  return told
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
