import { Random } from '../../simulation/random';

// A test that fails fails again. Fresh seeds are for the storm, which prints them.
const random = new Random(20261121);
Math.random = () => random.draw();

// Its findings are warnings that no test reads, and its rules take seconds to load, for each test file anew. The apps
// in bin/ are synthesized with it, and the examples in test/e2e/.
process.env['CDK_VALIDATION'] = 'false';
