import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Nothing that the repository keeps may be a secret, or tell of the machine or the network on which it was made. */

/** AWS's own example accounts, and the emulators'. */
const ACCOUNTS = [
  '000000000000',
  '111122223333',
  '123456789012',
  '333344445555',
  '444455556666',
  '555555555555',
  '999988887777',
];

/** Every host that is named: those of documents, of public registries' pages, of examples, and this machine's own. */
const HOSTS = [
  'github.com',
  'docs.aws.amazon.com',
  'maven.apache.org',
  'aws.amazon.com',
  'www.apache.org',
  'www.python.org',
  'eslint.org',
  'states-language.net',
  'stryker-mutator.io',
  'opencollective.com',
  'tidelift.com',
  'www.patreon.com',
  'feross.org',
  'attacker.example',
  'keepachangelog.com',
  'semver.org',
  'www.npmjs.com',
  'pypi.org',
  'img.shields.io',
  'central.sonatype.com',
  '127.0.0.1',
  'cloudformation.example',
  'bucket.s3.amazonaws.com',
  'cloudformation-custom-resource-response-useast1.s3.amazonaws.com',
];

const RULES: Readonly<Record<string, { readonly pattern: RegExp; readonly allowed?: readonly string[] }>> = {
  'an access key': { pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g },
  'a secret key': { pattern: /secret_?access_?key["']?\s*[:=]\s*["']?[A-Za-z0-9/+]{40}/gi },
  'a private key': { pattern: /-----BEGIN [A-Z ]*PRIVATE KEY/g },
  'a token': {
    pattern:
      /\b(?:gh[pousr]_\w{36}|github_pat_\w{22,}|npm_\w{36}|glpat-[\w-]{20}|xox[abpr]-[\w-]{10,}|sk-[\w-]{20,}|_authToken)/g,
  },
  'a password in a URL': { pattern: /\w:\/\/[^\s/:@'"`]+:[^\s/:@'"`]+@/g },
  'an account': { pattern: /(?<![\w-])\d{12}(?![\w-])/g, allowed: ACCOUNTS },
  'a host': { pattern: /(?<=https?:\/\/)(?:[\w-]+(?:\.[\w-]+)+|[\w-]+(?=:\d))/g, allowed: HOSTS },
  'an address of a private network': { pattern: /\b(?:10\.\d+|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+\b/g },
  "a registry's address": {
    pattern: /"resolved": "(?!test\/newest-cdk").*|\b(?:registry|index-url|extra-index-url)\s*[=:]\s*['"]?https?:.*/g,
  },
  'a path of some machine': {
    pattern: /(?<![\w.@$}*-])\/(?:home|Users|root|work|workspace|tmp|mnt|var\/folders|private\/var)\/[\w.-]+/g,
    allowed: ['/home/me'],
  },
};

function findings(text: string): string[] {
  return Object.entries(RULES).flatMap(([what, { pattern, allowed = [] }]) =>
    (text.match(pattern) ?? []).filter((found) => !allowed.includes(found)).map((found) => `${what}: ${found}`),
  );
}

test('nothing is found in what is tracked', () => {
  const files = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' })
    .split('\0')
    .filter((file) => file !== '' && file !== 'test/audit/tracked-files.test.ts');
  expect(files.length).toBeGreaterThan(100);
  expect(files.flatMap((file) => findings(readFileSync(file, 'utf8')).map((finding) => `${file}: ${finding}`))).toEqual(
    [],
  );
});

describe('it would be found', () => {
  test.each([
    ['an access key', 'AWS_ACCESS_KEY_ID=AKIAABCDEFGHIJKLMNOP'],
    ['a secret key', `aws_secret_access_key = ${'aB3/'.repeat(10)}`],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----'],
    ['a token', '//registry/:_authToken=x'],
    ['a token', `export GH_TOKEN=ghp_${'a1'.repeat(18)}`],
    ['a password in a URL', 'git clone ssh://me:geheim@somewhere/repository'],
    ['an account', 'arn:aws:iam::210987654321:role/Admin'],
    ['a host', 'see https://wiki.corp.internal/page'],
    ['a host', 'http://registry:4873/'],
    ['an address of a private network', 'proxy=10.20.30.40'],
    ["a registry's address", 'registry=https://pypi.org/npm/'],
    ["a registry's address", '"resolved": "https://github.com/x.tgz"'],
    ['a path of some machine', 'at /home/someone/project/lib'],
    ['a path of some machine', 'cd /Users/someone'],
  ])('%s: %s', (what, text) => {
    expect(findings(text).map((finding) => finding.replace(/: .*/, ''))).toContain(what);
  });

  test('what is allowed is not', () => {
    expect(
      findings(
        'arn:aws:iam::111122223333:role/Admin, https://docs.aws.amazon.com/x, ./private/contract, /home/me, 3.10.4.1, AKIAREAL',
      ),
    ).toEqual([]);
  });
});
