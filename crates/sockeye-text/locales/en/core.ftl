# Failures: what was being done, to what, and why it came to nothing.

failed-resolve = resolve { $address }: { $detail }
failed-connect = connect to { $address }: { $detail }
failed-listen = listen on { $address }: { $detail }
failed-send = send to { $address }: { $detail }
failed-receive = receive from { $address }: { $detail }
failed-read = read { $address }: { $detail }
failed-write = write to { $address }: { $detail }
failed-wait = wait for { $address }: { $detail }
failed-prepare = prepare { $address }: { $detail }
failed-get = get { $address }: { $detail }
