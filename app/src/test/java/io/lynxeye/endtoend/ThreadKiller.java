package io.lynxeye.endtoend;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.EventRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

/**
 * Throws an {@code OutOfMemoryError} in a thread of another process, whatever the thread is doing:
 * through Java's debugger interface, as no input does that reliably.
 */
final class ThreadKiller implements AutoCloseable {

  /** The option with which the other process is to be started. */
  static final String OPTION =
      "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0";

  /** Where the other process then says on which port it waits. */
  static final Pattern PORT = Pattern.compile("Listening for transport dt_socket at address: (.*)");

  private static final long PATIENCE_MILLIS = 180_000;

  private final VirtualMachine machine;

  private ThreadKiller(VirtualMachine machine) {
    this.machine = machine;
  }

  static ThreadKiller attach(String port) throws Exception {
    AttachingConnector connector =
        Bootstrap.virtualMachineManager().attachingConnectors().stream()
            .filter(one -> one.transport().name().equals("dt_socket"))
            .findFirst()
            .orElseThrow();
    Map<String, Connector.Argument> arguments = connector.defaultArguments();
    arguments.get("hostname").setValue("127.0.0.1");
    arguments.get("port").setValue(port);
    return new ThreadKiller(connector.attach(arguments));
  }

  /** The names of all threads that match, such as {@code decode-.*}. */
  List<String> threads(String pattern) {
    return machine.allThreads().stream()
        .map(ThreadReference::name)
        .filter(name -> name.matches(pattern))
        .toList();
  }

  /** Throws it wherever the thread is; of use only if that is to end the thread. */
  void throwIn(String name) throws Exception {
    ObjectReference error = error();
    for (ThreadReference thread : machine.allThreads()) {
      if (thread.name().equals(name)) {
        thread.stop(error);
        return;
      }
    }
    throw new IllegalArgumentException("no thread " + name + " in " + threads(".*"));
  }

  /**
   * Throws it in the next call of a method, on whichever thread that is.
   *
   * @param trigger leads to the call
   * @return the name of the thread
   */
  String throwAt(String type, String method, Callable<?> trigger) throws Exception {
    BreakpointRequest request =
        machine
            .eventRequestManager()
            .createBreakpointRequest(
                machine.classesByName(type).get(0).methodsByName(method).get(0).location());
    request.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
    request.enable();
    trigger.call();
    while (true) {
      EventSet events = machine.eventQueue().remove(PATIENCE_MILLIS);
      if (events == null) {
        throw new IllegalStateException(type + "." + method + " was not called");
      }
      for (Event event : events) {
        if (event instanceof BreakpointEvent reached) {
          reached.thread().stop(error());
          request.disable();
          events.resume();
          return reached.thread().name();
        }
      }
      events.resume();
    }
  }

  private ObjectReference error() {
    return machine.classesByName("java.lang.OutOfMemoryError").get(0).instances(1).get(0);
  }

  @Override
  public void close() {
    machine.dispose();
  }
}
