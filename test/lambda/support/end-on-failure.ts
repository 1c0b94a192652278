import fc from './fast-check';

/** For mutation testing: that one value fails is all there is to know. */
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });
