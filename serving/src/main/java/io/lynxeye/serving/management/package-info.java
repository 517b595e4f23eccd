/** Operations on a running server, independent of the protocol. */
package io.lynxeye.serving.management;
