package io.lynxeye.grpc.scoring;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.lynxeye.grpc.call.Statuses;
import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.observation.Outcome;
import io.lynxeye.serving.scoring.ModelNotFoundException;

/** Ends calls that score nothing. */
public final class Answers {

  private Answers() {}

  /** An answer that can be refused. */
  public interface Answer<T> {
    T get() throws InvalidInputException;
  }

  /** Sends an answer. */
  public static <T> void send(StreamObserver<T> client, T answer) {
    client.onNext(answer);
    client.onCompleted();
  }

  /** Sends an answer, or the status of its refusal. */
  public static <T> void sendOrRefuse(StreamObserver<T> client, Answer<T> answer) {
    T made;
    try {
      made = answer.get();
    } catch (InvalidInputException | ModelNotFoundException | RejectedException e) {
      client.onError(Statuses.of(Outcome.of(e)));
      return;
    } catch (StatusRuntimeException e) {
      client.onError(e);
      return;
    }
    send(client, made);
  }
}
