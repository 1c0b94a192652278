const STATUS: Readonly<Record<string, number>> = {
  ValidationException: 400,
  ConflictException: 400, // not 409
  ServiceQuotaExceededException: 400,
  TooManyTagsException: 400,
  SerializationException: 400,
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
  UnknownOperationException: 404,
  ModelTimeoutException: 408,
  ModelErrorException: 424,
  ModelNotReadyException: 429,
  ThrottlingException: 429,
  InternalServerException: 500,
  ServiceUnavailableException: 503,
};

/** An error as it goes over the wire: its name in the header, its message and members in the body. */
export class BedrockError extends Error {
  readonly status: number;

  constructor(
    override readonly name: string,
    message: string,
    readonly members: Readonly<Record<string, string>> = {},
    status?: number,
  ) {
    super(message);
    this.status = status ?? STATUS[name] ?? 400;
  }
}

export const validation = (message: string) => new BedrockError('ValidationException', message);
export const tooManyTags = (message: string, resourceName: string) =>
  new BedrockError('TooManyTagsException', message, { resourceName });
export const serialization = (message: string) => new BedrockError('SerializationException', message);
export const unknownOperation = (method: string, path: string) =>
  new BedrockError('UnknownOperationException', `No operation is known at ${method} ${path}`);
