package io.lynxeye.store;

import java.nio.file.Path;

/** Something in the store cannot be served as it is; the message says why and what to change. */
final class UnusableException extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean gone;

  UnusableException(String reason) {
    this(reason, false);
  }

  private UnusableException(String reason, boolean gone) {
    super(reason, null, false, false);
    this.gone = gone;
  }

  /** No model is there any more: what was there before need not be kept. */
  static UnusableException noModel(String reason) {
    return new UnusableException(reason, true);
  }

  boolean isGone() {
    return gone;
  }

  ModelStore.Unusable at(Path path) {
    return new ModelStore.Unusable(path, getMessage());
  }
}
