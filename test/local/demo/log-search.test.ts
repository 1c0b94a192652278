import { linesWith, needlesOf, searchLogs } from '../../../local/demo/log-search';

const URL_ = 'http://127.0.0.1:4566/_ministack/cfn-response/3f1c?AWSAccessKeyId=ASIA&Expires=1&Signature=%2B%2Fab%3D';

describe('the search for a ResponseURL', () => {
  const needles = needlesOf([URL_]);

  test.each([
    ['whole', `PUT ${URL_}`],
    ['without its signature', 'PUT http://127.0.0.1:4566/_ministack/cfn-response/3f1c'],
    ['in another encoding', `{"url":"${encodeURIComponent(URL_)}"}`],
    ['its token alone', 'answered 3f1c'],
    ['its signature alone, as it stands in the URL', 'signed %2B%2Fab%3D'],
    ['its signature alone, decoded', 'signed +/ab='],
    ['another one of the same kind', 'PUT http://127.0.0.1:4566/_ministack/cfn-response/else'],
  ])('finds it %s', (_, line) => {
    expect(linesWith(needles, ['nothing here', line])).toEqual([line]);
  });

  test('finds nothing where nothing is', () => {
    expect(linesWith(needles, ['Create of custom model deployment started', '{"requestId":"3f1"}'])).toEqual([]);
  });
});

describe('the search of a run whose state machines write no log', () => {
  const url =
    'https://cloudformation.example/arn%3Aaws%7CModel%7C3f1c?X-Amz-Date=20261121T120000Z&X-Amz-Signature=0123abcd';
  const evidence = {
    responseUrls: [url],
    logLines: ['Create of 3f1c started'],
    inputs: [`{"url":"${url}"}`],
    includeExecutionData: false,
  };

  test('finds the ResponseURL in the input of the execution, where it has to be, and nowhere else', () => {
    expect(searchLogs(evidence)).toMatchObject({
      responseUrls: 1,
      urlsInInputs: 1,
      logLines: 1,
      functionLines: 1,
      historyEvents: undefined,
      leaks: [],
    });
  });

  test('finds its signature in the log of a function', () => {
    expect(searchLogs({ ...evidence, logLines: ['signed 0123abcd'] }).leaks).toEqual(['signed 0123abcd']);
  });

  test('finds it in the log of a state machine, were the data of executions logged', () => {
    expect(searchLogs({ ...evidence, includeExecutionData: true }).leaks).toEqual(evidence.inputs);
  });
});
