interface OutputStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** What the tour writes: plain text that reads well in a log file, with colour only where a terminal shows it. */
export class Terminal {
  private readonly colour: boolean;

  constructor(
    private readonly out: OutputStream = process.stdout,
    environment: NodeJS.ProcessEnv = process.env,
  ) {
    this.colour = !environment['NO_COLOR'] && (out.isTTY === true || Boolean(environment['FORCE_COLOR']));
  }

  /** For the programs that write through this terminal: to them it is a pipe. */
  get colourSettings(): Readonly<Record<string, string>> {
    return this.colour ? { FORCE_COLOR: '1' } : { NO_COLOR: '1', FORCE_COLOR: '0' };
  }

  heading(text: string): void {
    this.line();
    this.line(this.paint('1;36', `== ${text} ${'='.repeat(Math.max(0, 74 - text.length))}`));
    this.line();
  }

  line(text = ''): void {
    this.out.write(`${text}\n`);
  }

  /** A command line that runs now. */
  command(text: string): void {
    this.line(this.paint('1', `$ ${text}`));
  }

  /** What another program wrote, as it wrote it. */
  raw(chunk: string): void {
    this.out.write(chunk);
  }

  /** Something that was checked and holds. */
  holds(text: string): void {
    this.line(`${this.paint('32', '✓')} ${text}`);
  }

  failure(text: string): void {
    this.line(`${this.paint('31', '✗')} ${text}`);
  }

  facts(facts: Readonly<Record<string, string>>): void {
    const width = Math.max(...Object.keys(facts).map((key) => key.length));
    for (const [key, value] of Object.entries(facts)) {
      this.line(`  ${key.padEnd(width)}  ${value}`);
    }
  }

  private paint(code: string, text: string): string {
    return this.colour ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}
