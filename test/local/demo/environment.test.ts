import { isolated, towards } from '../../../local/demo/environment';
import { Interruption } from '../../../local/demo/interruption';
import { Terminal } from '../../../local/demo/terminal';

describe('what the emulator, its functions and the CDK CLI see', () => {
  const seen = isolated(
    {
      HOME: '/home/me',
      PATH: '/bin',
      AWS_PROFILE: 'production',
      AWS_ACCESS_KEY_ID: 'AKIAREAL',
      AWS_ENDPOINT_URL_S3: 'https://s3',
      HTTPS_PROXY: 'http://p',
    },
    towards('http://127.0.0.1:1'),
  );

  test('no credentials, profile or endpoint of a real account', () => {
    expect(seen).toMatchObject({
      AWS_ACCESS_KEY_ID: 'test',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_CONFIG_FILE: '/dev/null',
    });
    expect(seen).not.toHaveProperty('AWS_PROFILE');
    expect(seen).not.toHaveProperty('AWS_ENDPOINT_URL_S3');
  });

  test('no proxy, since all is on this machine', () => {
    expect(seen).not.toHaveProperty('HTTPS_PROXY');
  });

  test('the node that runs the tour, before any other', () => {
    expect(seen['PATH']).toMatch(/^\/.+:\/bin$/);
    expect(seen['HOME']).toBe('/home/me');
  });
});

describe('the terminal', () => {
  const written = (isTTY: boolean, environment: NodeJS.ProcessEnv): string => {
    let text = '';
    new Terminal(
      {
        isTTY,
        write: (chunk) => {
          text += chunk;
        },
      },
      environment,
    ).holds('it does');
    return text;
  };

  test('has colour, unless it is a file or NO_COLOR is set', () => {
    expect(written(true, {})).toBe('\u001b[32m✓\u001b[0m it does\n');
    expect(written(false, {})).toBe('✓ it does\n');
    expect(written(true, { NO_COLOR: '1' })).toBe('✓ it does\n');
  });
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s ends the tour with %d', async (signal, exitCode) => {
  const interruption = new Interruption();
  process.emit(signal);
  process.emit(signal); // npm passes on what the terminal has sent already

  await expect(interruption.exitCode).resolves.toBe(exitCode);
  ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach((name) => process.removeAllListeners(name));
});
