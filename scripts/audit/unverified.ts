/**
 * Packages of package-lock.json that npm cannot check against it, since it has no hash of them.
 *
 * All are optional binaries of tools, for other platforms, that the registry with which the lock was made does not
 * have: nobody could tell their hashes. They are named in the lock because `npm ci` takes it for incomplete otherwise.
 */
export const UNVERIFIED = [
  ...[
    'darwin-arm64',
    'darwin-x64',
    'linux-arm-gnueabihf',
    'linux-ppc64-gnu',
    'linux-s390x-gnu',
    'win32-arm64-msvc',
    'win32-ia32-msvc',
    'win32-x64-msvc',
  ].map((platform) => `@swc/core-${platform} 1.16.22`),
  ...[
    'android-arm-eabi',
    'android-arm64',
    'darwin-arm64',
    'darwin-x64',
    'freebsd-x64',
    'linux-arm-gnueabihf',
    'linux-arm-musleabihf',
    'linux-loong64-gnu',
    'linux-loong64-musl',
    'linux-ppc64-gnu',
    'linux-riscv64-gnu',
    'linux-riscv64-musl',
    'linux-s390x-gnu',
    'openharmony-arm64',
    'win32-arm64-msvc',
    'win32-ia32-msvc',
    'win32-x64-msvc',
  ].map((platform) => `@unrs/resolver-binding-${platform} 1.13.0`),
];
