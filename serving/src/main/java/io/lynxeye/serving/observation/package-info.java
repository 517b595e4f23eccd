/** What is known about each request, how it ended, and the listeners that are notified. */
package io.lynxeye.serving.observation;
