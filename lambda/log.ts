/** What an operator must see, should see, or may want to see. */
export type LogLevel = 'error' | 'warn' | 'info';

/** Writes a line of named values. Default: `info`. */
export type Log = (line: Readonly<Record<string, unknown>>, level?: LogLevel) => void;

/**
 * In Lambda's JSON format a line is an object, so that CloudWatch Logs can query its values; anywhere else it is text.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
export const logToConsole: Log = (line, level = 'info') => {
  const isJson = process.env['AWS_LAMBDA_LOG_FORMAT'] === 'JSON';
  console[level](isJson ? line : JSON.stringify(line));
};
