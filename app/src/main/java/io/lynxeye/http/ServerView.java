package io.lynxeye.http;

import io.lynxeye.model.ModelStatus;
import io.lynxeye.scoring.LiveSecond;
import java.util.List;

/**
 * A snapshot of the server for display.
 *
 * @param ready whether it can score
 * @param statuses all model versions
 * @param seconds the last two minutes, oldest second first
 */
public record ServerView(boolean ready, List<ModelStatus> statuses, List<LiveSecond> seconds) {

  public ServerView {
    statuses = List.copyOf(statuses);
    seconds = List.copyOf(seconds);
  }
}
