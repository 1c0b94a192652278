/** A line as CloudWatch Logs keeps it. */
export interface LogEvent {
  readonly timestamp: number;
  readonly text: string;
}

/**
 * The rows that a CloudWatch Logs Insights query gives, by the fields that it names: as much of the language as the
 * queries in our documents use.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */
export function insights(query: string, events: readonly LogEvent[]): Readonly<Record<string, unknown>>[] {
  let rows = events.map(discovered);
  let fields: string[] = [];
  for (const [command = '', rest = ''] of commandsIn(query)) {
    switch (command) {
      case 'fields':
        fields = rest.split(',').map((field) => field.trim());
        break;
      case 'filter': {
        const [, field = '', value] = /^(\S+) = "([^"]*)"$/.exec(rest) ?? fail(rest);
        rows = rows.filter((row) => row[field] === value);
        break;
      }
      case 'sort': {
        const [, field = '', order] = /^(\S+) (asc|desc)$/.exec(rest) ?? fail(rest);
        const sign = order === 'asc' ? 1 : -1;
        rows = [...rows].sort((one, other) => sign * (Number(one[field]) - Number(other[field])));
        break;
      }
      default:
        fail(command);
    }
  }
  return rows.map((row) => Object.fromEntries(fields.flatMap((field) => (field in row ? [[field, row[field]]] : []))));
}

function commandsIn(query: string): string[][] {
  return query.split('|').map((command) => {
    const [name = '', ...rest] = command.trim().split(/\s+/);
    return [name, rest.join(' ')];
  });
}

/** Of a JSON event Insights finds the fields, those of objects in it by their paths. */
function discovered({ timestamp, text }: LogEvent): Readonly<Record<string, unknown>> {
  return { '@timestamp': timestamp, '@message': text, ...flat(JSON.parse(text) as object) };
}

function flat(value: object, prefix = ''): Record<string, unknown> {
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, member]: [string, unknown]) =>
      typeof member === 'object' && member !== null
        ? flat(member, `${prefix}${key}.`)
        : { [`${prefix}${key}`]: member },
    ),
  ) as Record<string, unknown>;
}

function fail(what: string): never {
  throw new Error(`not in the part of the language that is understood: ${what}`);
}
