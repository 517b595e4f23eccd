package io.lynxeye.grpc.call;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.lynxeye.protocols.inference.GRPCInferenceServiceGrpc;
import io.lynxeye.protocols.tensorflow.serving.PredictionServiceGrpc;
import io.lynxeye.serving.admission.KeyLimiter;
import io.lynxeye.serving.admission.RequestLimiter;
import io.lynxeye.serving.batching.NanoClock;
import io.lynxeye.serving.observation.Call;
import io.lynxeye.serving.observation.RequestContext;
import io.lynxeye.serving.observation.RequestListener;
import io.lynxeye.serving.observation.TraceContext;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Observes every call from its headers on, before any other code of the server. */
public final class Calls extends ServerStreamTracer.Factory {

  private static final String METHOD = "POST"; // The method of the underlying HTTP/2.
  private static final String PROTOCOL = "grpc";
  private static final Set<String> UNARY = // Those that score.
      Set.of(
          GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName(),
          PredictionServiceGrpc.getPredictMethod().getFullMethodName(),
          PredictionServiceGrpc.getClassifyMethod().getFullMethodName(),
          PredictionServiceGrpc.getRegressMethod().getFullMethodName());
  private static final String STREAM =
      GRPCInferenceServiceGrpc.getModelStreamInferMethod().getFullMethodName();

  private final RequestLimiter requestLimiter;
  private final KeyLimiter keyLimiter;
  private final RequestListener listener;
  private final Function<Runnable, Future<?>> deadline;

  /**
   * @param deadline schedules a task for when a message should have arrived
   */
  public Calls(
      RequestLimiter requestLimiter,
      KeyLimiter keyLimiter,
      RequestListener listener,
      Function<Runnable, Future<?>> deadline) {
    this.requestLimiter = requestLimiter;
    this.keyLimiter = keyLimiter;
    this.listener = listener;
    this.deadline = deadline;
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    String id = GrpcCall.requestId(headers);
    TraceContext trace =
        TraceContext.of(header(headers, "traceparent"), header(headers, "tracestate"));
    if (!UNARY.contains(method) && !method.equals(STREAM)) {
      OtherCall call = new OtherCall(context(method, id, trace), deadline);
      call.expectMessage();
      return call;
    }
    ScoringCall call =
        new ScoringCall(
            id,
            name -> Optional.ofNullable(header(headers, name)),
            deadline,
            () -> scoring(method, id, trace),
            requestLimiter,
            keyLimiter);
    if (UNARY.contains(method)) {
      call.observe();
    }
    call.expectMessage();
    return call;
  }

  private RequestContext scoring(String method, String id, TraceContext trace) {
    RequestContext context = context(method, id, trace);
    context.scoring(PROTOCOL);
    return context;
  }

  private RequestContext context(String method, String id, TraceContext trace) {
    Call call = new Call(METHOD, "/" + method, id, trace, Instant.now());
    return new RequestContext(call, listener, NanoClock.SYSTEM);
  }

  /** Null if it is not there, or is not text. */
  private static String header(Metadata headers, String name) {
    return name.endsWith(Metadata.BINARY_HEADER_SUFFIX)
        ? null
        : headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
  }
}
