/** End-to-end tests: the real server and command line with the real ResNet50. */
package io.lynxeye.endtoend;
