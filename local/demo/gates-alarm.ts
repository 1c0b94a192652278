/** What both the app of the tour `gates` and the tour say of its alarm. */

export const ERRORS_ALARM = 'help-desk-errors';
/** So few for a tour. Elsewhere: more than the alarms need to notice an error. */
export const BAKE_SECONDS = 5;
