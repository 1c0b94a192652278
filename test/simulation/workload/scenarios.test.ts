import { IN_TRANSITION, play, type StackScenario } from '../../../simulation/workload/scenarios';

const ENDINGS: Readonly<Record<string, { readonly statuses: readonly string[]; readonly left: RegExp }>> = {
  'create of nine minutes that is cancelled': { statuses: ['ROLLBACK_COMPLETE'], left: /^nothing$/ },
  'create of nine minutes that runs out of time': { statuses: ['ROLLBACK_COMPLETE'], left: /^nothing$/ },
  'delete during an update of nine minutes': { statuses: ['CREATE_COMPLETE', 'DELETE_COMPLETE'], left: /^nothing$/ },
  'update of nine minutes that is cancelled': {
    statuses: ['CREATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'],
    left: /^deployment \S+ \(Active\) of model one$/,
  },
};

describe.each(Object.entries(IN_TRANSITION))('H27: what is in transition refuses with %s', (_, scenarios) => {
  test.each(scenarios as StackScenario[])('$name', async (scenario) => {
    const { statuses, left } = await play(scenario);
    expect({ statuses, left }).toEqual({
      statuses: ENDINGS[scenario.name]?.statuses,
      left: expect.stringMatching(ENDINGS[scenario.name]?.left ?? /^$/),
    });
  });
});
