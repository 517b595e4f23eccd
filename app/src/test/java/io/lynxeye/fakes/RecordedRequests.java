package io.lynxeye.fakes;

import io.lynxeye.lifecycle.ModelInput;
import io.lynxeye.scoring.Call;
import io.lynxeye.scoring.RequestListener;
import io.lynxeye.scoring.RequestSummary;
import io.lynxeye.scoring.ScoreResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** Keeps what it is told. */
public final class RecordedRequests implements RequestListener {

  private final List<RequestSummary> ended = new CopyOnWriteArrayList<>();
  private final List<String> others = new CopyOnWriteArrayList<>();
  private final List<ScoreResult> scored = new CopyOnWriteArrayList<>();

  @Override
  public void scored(Call call, ModelInput picture, ScoreResult result) {
    scored.add(result);
  }

  @Override
  public void ended(RequestSummary request) {
    ended.add(request);
  }

  @Override
  public void other(Call call, int status, long bodyBytes, Duration total) {
    others.add(call.method() + " " + call.path() + " " + status);
  }

  /** Scoring requests, in the order they ended in. */
  public List<RequestSummary> ended() {
    return ended;
  }

  /** The one scoring request there is, or will be in a moment: a client reads faster. */
  public RequestSummary only() {
    Awaitility.await().until(() -> ended.size() == 1);
    return ended.get(0);
  }

  /** The other requests: method, path, status. */
  public List<String> others() {
    return others;
  }

  /** Results of pictures. */
  public List<ScoreResult> scored() {
    return scored;
  }
}
