package io.lynxeye.bench.part;

import io.lynxeye.bench.load.Target;
import io.lynxeye.bench.setup.CpuShare;
import io.lynxeye.bench.setup.EngineOptions;
import io.lynxeye.bench.setup.InProcessEngine;
import java.util.List;

/** The parts of a run, measured once in each round. */
public final class Parts {

  private final EnginePart engine;
  private final DecodePart decode;
  private final PipelinePart pipeline;
  private final ClosedPart closed;
  private final OpenPart open;
  private final OverloadPart overload;

  /**
   * Prepares the parts; measures nothing.
   *
   * @param inProcess null if no part needs it
   * @param target null if no part needs it
   * @param clients numbers of clients of the closed loop
   * @param deadlineMillis deadline of each request in the open loop; 0 = derived from the capacity
   */
  public Parts(
      EngineOptions options,
      InProcessEngine inProcess,
      Target target,
      CpuShare cpu,
      List<Integer> clients,
      long deadlineMillis) {
    this.engine = inProcess == null ? null : new EnginePart(inProcess, options);
    this.decode = inProcess == null ? null : new DecodePart(inProcess.model());
    this.pipeline = inProcess == null ? null : new PipelinePart(inProcess.model(), options);
    this.closed = new ClosedPart(target, cpu, clients);
    this.open = new OpenPart(target, deadlineMillis, options.batchSize());
    this.overload = new OverloadPart(target);
  }

  /** Measures one part and adds its figures to the round. */
  public void measure(Part part, Round round) throws Exception {
    switch (part) {
      case ENGINE -> engine.measure(round);
      case DECODE -> decode.measure(round);
      case PIPELINE -> pipeline.measure(round);
      case CLOSED -> closed.byClients(round);
      case IMAGES -> closed.byImage(round);
      case OPEN -> {
        closed.capacity(round);
        open.measure(round);
      }
      case OVERLOAD -> {
        closed.capacity(round);
        overload.measure(round);
      }
    }
  }
}
