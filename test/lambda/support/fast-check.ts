import fc from 'fast-check';

/** The same values each time, so that a test that fails fails again, and no mutant lives or dies by luck. */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20261121 });

export default fc;
