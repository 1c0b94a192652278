class Exit extends Error {
  constructor(readonly status: number) {
    super(`the process has ended with ${status}`);
  }
}

/**
 * Runs a CDK app in this process as the CLI runs it in one of its own: told by its environment where to write, it is
 * synthesized when Node would end.
 */
export function runApp(
  file: string,
  environment: Readonly<Record<string, string>>,
): { status: number; stderr: string } {
  const before = { ...process.env };
  const lines: string[] = [];
  const endings: (() => void)[] = [];
  jest.spyOn(console, 'error').mockImplementation((line: string) => lines.push(line));
  jest.spyOn(process, 'once').mockImplementation((event, ending) => {
    if (event === 'beforeExit') {
      endings.push(ending as () => void);
    }
    return process;
  });
  jest.spyOn(process, 'exit').mockImplementation((status) => {
    throw new Exit(Number(status ?? 0));
  });
  Object.assign(process.env, environment);
  const told = (status: number): { status: number; stderr: string } => ({
    status,
    stderr: lines.map((line) => `${line}\n`).join(''),
  });
  try {
    jest.isolateModules(() => {
      jest.requireActual(file);
      endings.forEach((end) => {
        end();
      });
    });
    return told(0);
  } catch (thrown) {
    if (thrown instanceof Exit) {
      return told(thrown.status);
    }
    throw thrown;
  } finally {
    process.env = before;
    jest.restoreAllMocks();
  }
}
