/** The whole of it: the real server and command line on the real ResNet50. */
package io.lynxeye.endtoend;
