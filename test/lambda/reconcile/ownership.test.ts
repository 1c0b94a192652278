import { ownerOf, ownership, withOwner } from '../../../lambda/reconcile/ownership';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../../lib/private/contract';
import { deployment, FOREIGN_TAGS, NOON, OTHER_STACK_ID, OUR_TAGS, OWNER, STACK_ID } from '../support/builders';

const young = deployment({ createdAt: NOON });
const whose = (tags: Record<string, string>, second = 0): string => ownership(young, tags, OWNER, NOON + second * 1000);

describe('a resource', () => {
  test('is ours if its tags say so, whatever else they say', () => {
    expect(whose({ ...OUR_TAGS, team: 'fraud' })).toBe('ours');
  });

  test.each([
    ['another stack', FOREIGN_TAGS],
    ['another resource of this stack', { ...OUR_TAGS, [LOGICAL_ID_TAG]: 'Elder' }],
    ['some resource of this stack', { [STACK_ID_TAG]: STACK_ID }],
    ['a resource of our name in some stack', { [LOGICAL_ID_TAG]: 'Deployment' }],
  ])('that bears the mark of %s is foreign, however young', (_, tags) => {
    expect(whose(tags)).toBe('foreign');
  });

  test('H1: that bears no mark may be ours for a minute, in which tags become visible', () => {
    expect(whose({ team: 'fraud' }, 59)).toBe('unproven');
    expect(whose({ team: 'fraud' }, 60)).toBe('foreign');
  });

  test('of ours is born with the proof, which no tag of the user replaces', () => {
    expect(withOwner({ team: 'fraud', [STACK_ID_TAG]: OTHER_STACK_ID }, OWNER)).toEqual({ team: 'fraud', ...OUR_TAGS });
  });
});

test.each([
  ['of a stack', FOREIGN_TAGS, `its tags say that it belongs to Deployment of ${OTHER_STACK_ID}`],
  [
    'of a stack that does not say which resource it is',
    { [STACK_ID_TAG]: OTHER_STACK_ID },
    `its tags say that it belongs to a resource of ${OTHER_STACK_ID}`,
  ],
  ['of nobody', { team: 'fraud' }, 'it carries no tag of any stack'],
])('what is %s is told in words', (_, tags, words) => {
  expect(ownerOf(tags)).toBe(words);
});
