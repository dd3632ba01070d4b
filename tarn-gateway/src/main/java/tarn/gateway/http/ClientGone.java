package tarn.gateway.http;

import java.io.IOException;

/** The client has left, or sends no more: nobody waits for an answer. */
public final class ClientGone extends IOException {
  ClientGone(Exception cause) {
    super("the client sends no more: " + cause.getMessage(), cause);
  }
}
