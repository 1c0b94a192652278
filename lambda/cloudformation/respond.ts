const TIMEOUT_MS = 10_000;

/** How the answer's body reaches CloudFormation. */
export type Respond = (responseUrl: string, body: string) => Promise<void>;

/**
 * PUTs the answer to the URL exactly as CloudFormation gave it.
 * @throws Error that says nothing of the URL, which is a secret
 */
export const respondByFetch: Respond = async (responseUrl, body) => {
  let response: Response;
  try {
    response = await fetch(responseUrl, {
      method: 'PUT',
      redirect: 'manual', // it is nobody else's business
      // Bytes, not a string: for a string fetch would add a content type, which is not what was signed.
      body: Buffer.from(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.arrayBuffer();
  } catch (error) {
    throw new Error(`the answer did not reach CloudFormation: ${(error as Error).name}`);
  }
  if (!response.ok) {
    throw new Error(`the answer was not taken: HTTP status ${response.status}`);
  }
};
