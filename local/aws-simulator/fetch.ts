/** As much of `fetch` as a function that answers CloudFormation calls. */
export type Fetch = (url: string, init?: { readonly body?: Uint8Array | string }) => Promise<Response>;

/** A `fetch` whose requests all go to CloudFormation's bucket, which takes every answer that reaches it. */
export function fetchTo(respond: (url: string, body: string) => Promise<void>): Fetch {
  return async (url, init) => {
    await respond(url, Buffer.from(init?.body ?? '').toString());
    return new Response(null, { status: 200 });
  };
}
