/** Prometheus metrics of every process. */
import { Counter, collectDefaultMetrics, Histogram, register } from 'prom-client';

collectDefaultMetrics();
// Between two readings that nothing came between they are no number, which not every parser takes.
for (const name of ['nodejs_eventloop_lag_mean_seconds', 'nodejs_eventloop_lag_stddev_seconds']) {
  register.removeSingleMetric(name);
}

export const requests = new Counter({
  name: 'http_requests_total',
  help: 'Requests answered',
  labelNames: ['method', 'route', 'status'],
});

export const duration = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time to answer',
  labelNames: ['method', 'route'],
});

export { register };
