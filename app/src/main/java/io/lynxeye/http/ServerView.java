package io.lynxeye.http;

import io.lynxeye.model.ModelStatus;
import io.lynxeye.scoring.LiveSecond;
import java.util.List;

/**
 * What is shown of a server at one moment.
 *
 * @param ready whether it can score
 * @param statuses every version there is
 * @param seconds its last two minutes, the oldest second first
 */
public record ServerView(boolean ready, List<ModelStatus> statuses, List<LiveSecond> seconds) {

  public ServerView {
    statuses = List.copyOf(statuses);
    seconds = List.copyOf(seconds);
  }
}
