const TIMEOUT_MS = 10_000;

/** How the answer's body reaches CloudFormation. */
export type Respond = (responseUrl: string, body: string) => Promise<void>;

/**
 * PUTs the answer to the URL exactly as CloudFormation gave it.
 * @throws Error that says nothing of the URL, which is a secret
 */
export const respondByFetch: Respond = async (responseUrl, body) => {
  let status: number;
  try {
    const response = await fetch(responseUrl, {
      method: 'PUT',
      // Bytes, not a string: for a string fetch would add a content type, which is not what was signed.
      body: Buffer.from(body, 'utf8'),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.arrayBuffer();
    status = response.status;
  } catch (error) {
    throw new Error(`the answer did not reach CloudFormation: ${error instanceof Error ? error.name : 'no reply'}`);
  }
  if (status < 200 || status > 299) {
    throw new Error(`the answer was not taken: HTTP status ${status}`);
  }
};
