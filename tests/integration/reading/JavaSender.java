import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends lines of `topic TAB compression TAB key TAB value` with Java's own client, to partition 0. */
public class JavaSender {
    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] parts = line.split("\t", 4);
            Properties settings = new Properties();
            settings.put("bootstrap.servers", arguments[0]);
            settings.put("compression.type", parts[1]);
            settings.put("key.serializer", ByteArraySerializer.class.getName());
            settings.put("value.serializer", ByteArraySerializer.class.getName());
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings)) {
                byte[] key = parts[2].getBytes(StandardCharsets.UTF_8);
                byte[] value = parts[3].getBytes(StandardCharsets.UTF_8);
                ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(parts[0], 0, key, value);
                record.headers().add("sent-by", "java".getBytes(StandardCharsets.UTF_8));
                producer.send(record).get();
            }
        }
    }
}
