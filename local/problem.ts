/** Something that the reader of the message can put right: it is shown without a stack trace. */
export class Problem extends Error {
  override readonly name = 'Problem';
}
