import { linesWith, needlesOf } from '../../local/log-search';

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
