import fc from 'fast-check';

/**
 * For mutation testing: the same values each time, so that no mutant lives or dies by luck; and that one of them fails
 * is all there is to know.
 */
fc.configureGlobal({ seed: 20261121, endOnFailure: true });
