package io.lynxeye.security;

/** What is wrong with a file that is looked at every second: worth a line of the log once. */
public final class Complaint {

  private String last = "";

  /** Whether this was not said last time. */
  public boolean isNew(String message) {
    boolean isNew = !message.equals(last);
    last = message;
    return isNew;
  }

  /** Nothing is wrong any more. */
  public void over() {
    last = "";
  }
}
