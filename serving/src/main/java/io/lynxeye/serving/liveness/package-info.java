/** Whether the threads that the server needs still run. */
package io.lynxeye.serving.liveness;
