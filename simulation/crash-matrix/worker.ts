import { doJobs } from '../all-cores';
import { type CrashPoint, crashPointsOf } from './crash-points';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

doJobs(async (scenario: string): Promise<CrashPoint[]> => {
  const points = [];
  for await (const point of crashPointsOf(scenario)) {
    points.push(point);
  }
  return points;
});
