package io.lynxeye.bench;

import io.lynxeye.bench.load.Target;

/** The parts of a run, made once and measured once a round. */
final class Parts {

  private final EnginePart engine;
  private final DecodePart decode;
  private final PipelinePart pipeline;
  private final HttpParts http;
  private final OpenPart open;

  /**
   * @param inProcess null when no part needs it
   * @param target null when no part needs it
   */
  Parts(
      Plan plan, EngineSettings settings, InProcessEngine inProcess, Target target, CpuShare cpu) {
    this.engine = inProcess == null ? null : new EnginePart(inProcess, settings);
    this.decode = inProcess == null ? null : new DecodePart(inProcess.model());
    this.pipeline = inProcess == null ? null : new PipelinePart(inProcess.model(), settings);
    this.http = new HttpParts(target, cpu, plan.clients());
    this.open = new OpenPart(target, plan.deadlineMillis(), settings.batchSize());
  }

  void measure(Part part, Round round) throws Exception {
    switch (part) {
      case ENGINE -> engine.measure(round);
      case DECODE -> decode.measure(round);
      case PIPELINE -> pipeline.measure(round);
      case CLOSED -> http.closed(round);
      case PICTURES -> http.pictures(round);
      case OPEN -> {
        http.capacity(round);
        open.measure(round);
      }
    }
  }
}
